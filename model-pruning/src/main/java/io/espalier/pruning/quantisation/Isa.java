package io.espalier.pruning.quantisation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The instruction set of a processor, as far as runtimes choose their integer kernels by it.
 *
 * @param flags as Linux names them in {@code /proc/cpuinfo}; none where they are not known
 */
public record Isa(Set<String> flags) {
    public static final Isa UNKNOWN = new Isa(Set.of());

    /** The flags by which ONNX Runtime chooses between its integer kernels. */
    private static final Set<String> TELLING =
            Set.of("avx2", "avx512bw", "avx512_vnni", "avx_vnni", "amx_int8", "asimd", "asimddp", "i8mm");

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    public Isa {
        flags = Set.copyOf(flags);
    }

    /** Of the machine that this runs on; unknown where the system does not tell. */
    public static Isa ofThisMachine() {
        try {
            return parse(Files.readAllLines(CPU_INFO));
        } catch (IOException e) {
            return UNKNOWN; // Not every system has the file; what is not known is not relied on.
        }
    }

    static Isa parse(List<String> cpuInfo) {
        return cpuInfo.stream()
                .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .filter(flags -> !flags.isEmpty())
                .map(flags -> new Isa(Set.of(flags.split("\\s+"))))
                .orElse(UNKNOWN);
    }

    /** Whether integers take the same share of the time of float on both; of the unknown nothing is said. */
    public boolean computesLike(Isa other) {
        return !telling().isEmpty() && telling().equals(other.telling());
    }

    /** The finest weights that do not saturate here; those that never do where it is not known. */
    public WeightRange weights() {
        return WeightRange.forIsa(flags);
    }

    private Set<String> telling() {
        Set<String> telling = new HashSet<>(flags);
        telling.retainAll(TELLING);
        return telling;
    }
}
