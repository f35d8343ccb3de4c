package io.espalier.pruning.quantisation;

import java.util.Collections;
import java.util.Set;

/**
 * The integers that weights are rounded to, symmetric around zero.
 *
 * <p>On x86 without VNNI, runtimes multiply unsigned activations by signed weights with {@code VPMADDUBSW}, which adds two
 * products in 16 bits and saturates: {@code 2 * 255 * 127} does not fit, {@code 2 * 255 * 63} does. With 7 bits an
 * integer network computes the same on every device, with 8 bits only where nothing saturates.
 *
 * <p>Source: Intel oneDNN developer guide, "Nuances of int8 computations"; ONNX Runtime pull request 12088.
 */
public enum WeightRange {
    /** -127 to 127. */
    EIGHT_BITS(127),
    /** -63 to 63. */
    SEVEN_BITS(63);

    /** As Linux names them: dot products of 8-bit integers that add up in 32 bits (VNNI on x86; NEON has no others). */
    private static final Set<String> EXACT = Set.of("avx512_vnni", "avx_vnni", "asimd", "asimddp", "i8mm");

    private final int limit;

    WeightRange(int limit) {
        this.limit = limit;
    }

    /** The finest range that does not saturate on a device with these flags of {@code /proc/cpuinfo}. */
    public static WeightRange forIsa(Set<String> flags) {
        return Collections.disjoint(flags, EXACT) ? SEVEN_BITS : EIGHT_BITS;
    }

    /** The largest integer; the smallest is its negative. */
    public int limit() {
        return limit;
    }
}
