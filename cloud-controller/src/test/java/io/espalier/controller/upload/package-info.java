/** Tests of this feature. */
@NullMarked
package io.espalier.controller.upload;

import org.jspecify.annotations.NullMarked;
