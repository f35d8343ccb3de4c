package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class WeightRangeTest {
    private static final int LARGEST_ACTIVATION = 255;

    @Test
    void usesAllBitsWhereDotProductsAddUpIn32Bits() {
        assertThat(WeightRange.forIsa(Set.of("avx2", "avx512f", "avx512_vnni"))).isEqualTo(WeightRange.EIGHT_BITS);
        assertThat(WeightRange.forIsa(Set.of("avx2", "avx_vnni"))).isEqualTo(WeightRange.EIGHT_BITS);
        assertThat(WeightRange.forIsa(Set.of("fp", "asimd"))).isEqualTo(WeightRange.EIGHT_BITS);
    }

    @Test
    void staysWithinSevenBitsWhereTheySaturateOrNothingIsKnown() {
        assertThat(WeightRange.forIsa(Set.of("sse4_1", "avx2", "avx512f", "avx512bw")))
                .isEqualTo(WeightRange.SEVEN_BITS);
        assertThat(WeightRange.forIsa(Set.of())).isEqualTo(WeightRange.SEVEN_BITS);
    }

    @Test
    void twoProductsOfSevenBitWeightsFitIn16Bits() {
        assertThat(2 * LARGEST_ACTIVATION * WeightRange.SEVEN_BITS.limit()).isLessThanOrEqualTo(Short.MAX_VALUE);
        assertThat(2 * LARGEST_ACTIVATION * WeightRange.EIGHT_BITS.limit()).isGreaterThan(Short.MAX_VALUE);
    }
}
