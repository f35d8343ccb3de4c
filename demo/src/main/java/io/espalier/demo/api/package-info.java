/**
 * The little of the controller's REST interface that the demo uses, as any other client would.
 * Fields the demo does not need are ignored, so the interface may grow.
 */
@NullMarked
package io.espalier.demo.api;

import org.jspecify.annotations.NullMarked;
