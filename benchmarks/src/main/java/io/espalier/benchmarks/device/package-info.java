/** What the agent costs on a device, and how fast an artifact gets there. Real servers and real agents, each in a process of its own. */
@NullMarked
package io.espalier.benchmarks.device;

import org.jspecify.annotations.NullMarked;
