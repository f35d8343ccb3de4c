/** Changes as CDI events and as server-sent events. */
@NullMarked
package io.espalier.controller.live.adapter;

import org.jspecify.annotations.NullMarked;
