/**
 * Tells whoever listens that something changed: other features in this process, and browsers through server-sent
 * events. Every feature may depend on this one; it depends on none.
 */
@NullMarked
package io.espalier.controller.live;

import org.jspecify.annotations.NullMarked;
