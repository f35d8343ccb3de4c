/** Tests of this feature. */
@NullMarked
package io.espalier.controller.model;

import org.jspecify.annotations.NullMarked;
