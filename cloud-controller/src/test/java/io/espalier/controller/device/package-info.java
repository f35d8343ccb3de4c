/** Tests of this feature. */
@NullMarked
package io.espalier.controller.device;

import org.jspecify.annotations.NullMarked;
