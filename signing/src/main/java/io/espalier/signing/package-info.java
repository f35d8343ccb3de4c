/**
 * Private keys: where they are kept, what is signed with them, and how one root follows another. Used by the controller
 * and by the operator's commands, never on a device.
 */
@NullMarked
package io.espalier.signing;

import org.jspecify.annotations.NullMarked;
