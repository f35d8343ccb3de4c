/** Tests of this feature. */
@NullMarked
package io.espalier.controller.budget;

import org.jspecify.annotations.NullMarked;
