/**
 * What processes that share one host must agree on. Timed runs and training would spoil each other's numbers, so
 * they take turns through a lock file.
 */
@NullMarked
package io.espalier.host;

import org.jspecify.annotations.NullMarked;
