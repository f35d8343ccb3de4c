/**
 * A device as an operator sees it: everything the features know of it in one view. What delivery and telemetry know
 * comes through {@link io.espalier.controller.fleet.DeviceFacts}.
 */
@NullMarked
package io.espalier.controller.fleet;

import org.jspecify.annotations.NullMarked;
