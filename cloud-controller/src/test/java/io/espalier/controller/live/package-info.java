/** Tests of this feature. */
@NullMarked
package io.espalier.controller.live;

import org.jspecify.annotations.NullMarked;
