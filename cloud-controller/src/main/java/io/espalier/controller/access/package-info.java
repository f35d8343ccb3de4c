/** Who may use the API: accounts, passwords, sessions and roles. Devices come in by claim tokens, not through here. */
@NullMarked
package io.espalier.controller.access;

import org.jspecify.annotations.NullMarked;
