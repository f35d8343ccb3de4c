/**
 * Programs of the agent and the orders that bring them to devices, some devices at a time. How a device takes one up is the
 * agent's; how its bytes get there is artifact's and deployment's.
 */
@NullMarked
package io.espalier.controller.upgrade;

import org.jspecify.annotations.NullMarked;
