/**
 * The fault bench: kills, disks, networks and attackers, against the real agent and real servers. A case has a name and passes
 * or fails; what every case must show is that the device serves a whole model that it was given, and ends up as desired.
 */
@NullMarked
package io.espalier.faults;

import org.jspecify.annotations.NullMarked;
