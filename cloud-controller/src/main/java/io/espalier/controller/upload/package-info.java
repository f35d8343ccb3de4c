/** Files on their way in: streamed to disk within bounds, never half there. */
@NullMarked
package io.espalier.controller.upload;

import org.jspecify.annotations.NullMarked;
