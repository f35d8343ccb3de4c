/**
 * Whose word counts: signed envelopes, roots that say which keys may sign what, and the rules by which a device believes
 * a release or an assignment. Pure functions of bytes, keys and a given time; no file, no network, no private key.
 */
@NullMarked
package io.espalier.trust;

import org.jspecify.annotations.NullMarked;
