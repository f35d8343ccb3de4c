/** What the device says of itself to a Prometheus that scrapes it. */
@NullMarked
package io.espalier.agent.metrics;

import org.jspecify.annotations.NullMarked;
