package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.PatchImages;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.quantisation.Quantiser;
import io.espalier.pruning.quantisation.WeightRange;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalIntegerBenchTest {
    private static final Isa PLAIN = new Isa(Set.of("avx2"));
    private static final Isa VNNI = new Isa(Set.of("avx2", "avx512bw", "avx512_vnni"));
    private static final Graph FLOATS = PatchImages.network();
    private static final Graph INTEGERS = Quantiser.of(FLOATS).shaped(WeightRange.SEVEN_BITS);

    private final List<String> turns = new ArrayList<>();

    @Test
    void timesBothFormsInATurnOfItsOwnForADeviceOfThisMachinesKind() {
        OptionalDouble ratio = bench(PLAIN, PLAIN).timed(FLOATS, INTEGERS);

        assertThat(ratio.getAsDouble()).isPositive().isFinite();
        assertThat(turns).containsExactly("taken", "given back");
    }

    @Test
    void timesNothingForADeviceOfAnotherKind() {
        assertThat(bench(VNNI, PLAIN).timed(FLOATS, INTEGERS)).isEmpty();
        assertThat(bench(Isa.UNKNOWN, PLAIN).timed(FLOATS, INTEGERS)).isEmpty();
        assertThat(turns).isEmpty();
    }

    @Test
    void givesTheWeightsOfTheDeviceAndNotOfThisMachine() {
        assertThat(bench(VNNI, PLAIN).weights()).isEqualTo(WeightRange.EIGHT_BITS);
        assertThat(bench(PLAIN, VNNI).weights()).isEqualTo(WeightRange.SEVEN_BITS);
        assertThat(bench(Isa.UNKNOWN, VNNI).weights()).isEqualTo(WeightRange.SEVEN_BITS);
    }

    private LocalIntegerBench bench(Isa device, Isa here) {
        return new LocalIntegerBench(device, here, new ThisMachine(1), () -> {
            turns.add("taken");
            return () -> turns.add("given back");
        });
    }
}
