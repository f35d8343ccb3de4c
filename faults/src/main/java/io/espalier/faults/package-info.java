/**
 * The fault bench: kills, disks, networks and attackers, against the real agent, the real controller and real servers. A case has
 * a name and passes or fails. What a device must show is that it serves a whole model that it was given, and ends up as desired;
 * what the controller must show is that it refuses and tells what is bad, and goes on for everybody else.
 */
@NullMarked
package io.espalier.faults;

import org.jspecify.annotations.NullMarked;
