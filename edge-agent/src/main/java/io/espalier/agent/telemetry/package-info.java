/** Windows of latency and accuracy, the disk spool they wait in, and the sinks that take them away. */
@NullMarked
package io.espalier.agent.telemetry;

import org.jspecify.annotations.NullMarked;
