package io.espalier.controller.planning;

import io.espalier.controller.profile.DeviceProfile;

/**
 * Sorts devices into classes that share their campaigns: of one kind, and with probe timings so alike that what was made for
 * one suits the other.
 *
 * <p>A class is known by the device that began it, and is kept: the same device finds the same class again, whatever came in
 * between.
 */
public interface DeviceClasses {
    /** @param base what the device measured of the base suite; a class begins where it is like none before */
    DeviceClass classOf(DeviceProfile base);
}
