/**
 * Starts, watches, restarts and stops the processes of one machine, and leaves none behind.
 * Knows nothing of what they do: a child is a command, a sign of readiness and a log file.
 */
@NullMarked
package io.espalier.demo.supervision;

import org.jspecify.annotations.NullMarked;
