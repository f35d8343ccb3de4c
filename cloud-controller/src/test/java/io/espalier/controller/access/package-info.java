/** Tests of this feature. */
@NullMarked
package io.espalier.controller.access;

import org.jspecify.annotations.NullMarked;
