package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IsaTest {
    private static final Isa PLAIN = new Isa(Set.of("avx2", "sse4_1"));
    private static final Isa VNNI = new Isa(Set.of("avx2", "avx512bw", "avx512_vnni"));

    @Test
    void readsTheFlagsOfTheFirstProcessor() {
        assertThat(Isa.parse(List.of("processor\t: 0", "flags\t\t: fma avx2", "processor\t: 1", "flags\t\t: other")))
                .isEqualTo(new Isa(Set.of("fma", "avx2")));
        assertThat(Isa.parse(List.of("processor\t: 0", "Features\t: fp asimd asimddp")))
                .isEqualTo(new Isa(Set.of("fp", "asimd", "asimddp")));
    }

    @Test
    void isUnknownWhereTheSystemDoesNotTell() {
        assertThat(Isa.parse(List.of("processor\t: 0"))).isEqualTo(Isa.UNKNOWN);
        assertThat(Isa.parse(List.of("flags\t\t: "))).isEqualTo(Isa.UNKNOWN);
    }

    @Test
    void isOfOneKindWithWhatHasTheSameIntegerKernels() {
        assertThat(PLAIN.computesLike(new Isa(Set.of("avx2", "fma")))).isTrue();
        assertThat(PLAIN.computesLike(VNNI)).isFalse();
        assertThat(VNNI.computesLike(PLAIN)).isFalse();
    }

    @Test
    void isOfNoKindWhereNothingIsKnown() {
        assertThat(Isa.UNKNOWN.computesLike(Isa.UNKNOWN)).isFalse();
        assertThat(Isa.UNKNOWN.computesLike(PLAIN)).isFalse();
    }

    @Test
    void takesTheFinestWeightsThatDoNotSaturate() {
        assertThat(PLAIN.weights()).isEqualTo(WeightRange.SEVEN_BITS);
        assertThat(VNNI.weights()).isEqualTo(WeightRange.EIGHT_BITS);
        assertThat(Isa.UNKNOWN.weights()).isEqualTo(WeightRange.SEVEN_BITS);
    }
}
