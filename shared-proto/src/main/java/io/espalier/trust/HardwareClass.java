package io.espalier.trust;

/**
 * The class that releases name their devices by: what makes a variant fit, and what a device can see for itself.
 * Controller and device make it of the same facts, so neither takes the other's word for it.
 */
public record HardwareClass(String arch, String cpuModel, int simulatedSlowdown) {
    /** One word, the same on both sides. */
    public String name() {
        String slowdown = simulatedSlowdown > 1 ? "|" + simulatedSlowdown + "x slower" : "";
        return arch + "|" + cpuModel.strip() + slowdown;
    }
}
