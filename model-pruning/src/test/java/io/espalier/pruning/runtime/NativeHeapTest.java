package io.espalier.pruning.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeHeapTest {
    private static final long SMALL = 100_000;
    private static final long LARGE = 1_000_000;

    private final NativeHeap heap = new NativeHeap();

    @Test
    void whatIsLargeLeavesMemoryAndWasThereAtTheWorstMoment() {
        NativeHeap.Block block = heap.take(LARGE);
        heap.giveBack(block);

        assertThat(heap.bytes()).isZero();
        assertThat(heap.peakBytes()).isEqualTo(LARGE);
    }

    @Test
    void onceALargeBlockWasReturnedSmallerOnesComeOutOfTheHeapAndStay() {
        heap.giveBack(heap.take(LARGE));
        heap.giveBack(heap.take(LARGE / 2));

        assertThat(heap.bytes()).isEqualTo(LARGE / 2);
    }

    @Test
    void aFreeEndLeavesMemoryWhenItIsTwiceAsLargeAsWhatIsLarge() {
        NativeHeap.Block first = heap.take(SMALL);
        NativeHeap.Block second = heap.take(SMALL);
        NativeHeap.Block third = heap.take(SMALL);
        heap.giveBack(third);
        heap.giveBack(second);
        long before = heap.bytes();
        heap.giveBack(first);

        assertThat(before).isBetween(3 * SMALL, 3 * SMALL + 100);
        assertThat(heap.bytes()).isZero();
    }

    @Test
    void neighbouringHolesAreOneAndTheSmallestThatFitsIsUsed() {
        NativeHeap.Block left = heap.take(SMALL / 2);
        NativeHeap.Block right = heap.take(SMALL / 2);
        heap.take(16);
        NativeHeap.Block wide = heap.take(SMALL + 10_000);
        heap.take(16);
        heap.giveBack(left);
        heap.giveBack(wide);
        heap.giveBack(right);
        long before = heap.bytes();
        heap.take(SMALL);
        heap.take(SMALL + 10_000);

        assertThat(heap.bytes()).isEqualTo(before);
    }

    @Test
    void whatIsReservedCountsWhereItIsTouched() {
        NativeHeap.Block block = heap.reserve(LARGE);
        heap.touch(block, 5000);
        heap.touch(block, 3000);

        assertThat(heap.bytes()).isEqualTo(5000);
    }

    @Test
    void refusesABlockThatWasGivenBackAlready() {
        NativeHeap.Block block = heap.take(SMALL);
        heap.giveBack(block);

        assertThatThrownBy(() -> heap.giveBack(block)).hasMessageContaining("given back twice");
    }
}
