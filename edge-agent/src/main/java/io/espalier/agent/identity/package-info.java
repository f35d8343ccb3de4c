/**
 * Who this device is on a network: its key, its certificate and the next one in time, and by which authority it knows
 * servers. What the operator signs for it to believe is elsewhere.
 */
@NullMarked
package io.espalier.agent.identity;

import org.jspecify.annotations.NullMarked;
