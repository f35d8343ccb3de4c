package io.espalier.pruning.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RuntimeMemoryTest {
    private static final ChannelStep BLOCKS_OF_8 = new ChannelStep(4, 8);
    private static final long TENSOR = 16 * 64 * 64 * 4;

    @Test
    void aChainHoldsTwoTensorsInTheFirstRunAndTwoInLaterOnes() {
        NetworkBuilder net = builder();
        String x = net.input("x", 3, 256, 256);
        for (int i = 0; i < 5; i++) {
            x = net.relu(net.conv(x, 16, 3, 1, 1));
        }
        long tensor = 16 * 256 * 256 * 4;
        long input = 3 * 256 * 256 * 4;

        // And what the arena remembers of each region: two of as much, and one of twice as much.
        long lists = 4 * tensor / 256 * 8;
        assertThat(run(net.build(net.globalAveragePool(x))))
                .isBetween(4 * tensor + lists + input, 4 * tensor + lists + input + 400_000);
    }

    @Test
    void laterRunsUseRoomThatTheFirstOneLeft() {
        NetworkBuilder net = builder();
        String x = net.input("x", 3, 64, 64);
        for (int i = 0; i < 5; i++) {
            x = net.relu(net.conv(x, 16, 3, 1, 1));
        }

        assertThat(run(net.build(net.globalAveragePool(x)))).isLessThan(2 * TENSOR + 200_000);
    }

    @Test
    void anAdditionOverwritesTheShortcut() {
        NetworkBuilder net = builder();
        String x = net.relu(net.conv(net.input("x", 3, 64, 64), 16, 3, 1, 1));
        String y = net.conv(net.relu(net.conv(x, 16, 3, 1, 1)), 16, 3, 1, 1);

        assertThat(BufferTrace.of(plan(net.build(net.globalAveragePool(net.relu(net.add(y, x)))))).stream()
                        .filter(event -> event.taken() && event.bytes() == TENSOR))
                .hasSize(2);
    }

    @Test
    void anUnblockedAdditionOverwritesTheShortcutToo() {
        NetworkBuilder net = builder();
        String x = net.relu(net.conv(net.input("x", 3, 64, 64), 16, 3, 1, 1));
        String y = net.conv(net.relu(net.conv(x, 16, 3, 1, 1)), 16, 3, 1, 1);
        OperatorGraph graph = OperatorGraph.of(net.build(net.globalAveragePool(net.relu(net.add(y, x)))));

        assertThat(BufferTrace.of(KernelPlan.of(graph, ChannelStep.SMOOTH)).stream()
                        .filter(event -> event.taken() && event.bytes() == TENSOR))
                .hasSize(2);
    }

    @Test
    void aBufferStaysTakenUntilALaterTensorOfItsShapeIsDone() {
        NetworkBuilder net = builder();
        String x = net.relu(net.conv(net.input("x", 3, 64, 64), 16, 3, 1, 1));
        String narrow = net.relu(net.conv(net.relu(net.conv(x, 8, 3, 1, 1)), 8, 3, 1, 1));
        List<BufferTrace.Event> events =
                BufferTrace.of(plan(net.build(net.globalAveragePool(net.relu(net.conv(narrow, 16, 3, 1, 1))))));

        assertThat(events.stream().filter(event -> event.taken() && event.bytes() == TENSOR))
                .as("the first and the last tensor are in one buffer")
                .hasSize(1);
        List<BufferTrace.Event> lastTwo = events.stream()
                .filter(event -> !event.taken() && event.bytes() >= TENSOR / 2)
                .skip(2)
                .toList();
        assertThat(lastTwo).singleElement().extracting(BufferTrace.Event::bytes).isEqualTo(TENSOR);
    }

    @Test
    void unrollingNeedsScratchAndIsNotInTheBlock() {
        NetworkBuilder net = builder();
        String x = net.relu(net.conv(net.input("x", 3, 64, 64), 16, 3, 1, 1));
        List<BufferTrace.Event> events = BufferTrace.of(
                KernelPlan.of(OperatorGraph.of(net.build(net.globalAveragePool(x))), ChannelStep.SMOOTH));

        assertThat(events.stream().filter(BufferTrace.Event::isScratch))
                .extracting(BufferTrace.Event::bytes)
                .containsExactly(65_536L, 65_536L);
        assertThat(PatternBlock.bytes(events)).isBetween(TENSOR, TENSOR + 64);
    }

    @Test
    void aShortcutThatIsReadLaterIsNotOverwritten() {
        NetworkBuilder net = builder();
        String x = net.relu(net.conv(net.input("x", 3, 64, 64), 16, 3, 1, 1));
        String y = net.conv(net.relu(net.conv(x, 16, 3, 1, 1)), 16, 3, 1, 1);
        String sum = net.relu(net.add(y, x));

        assertThat(BufferTrace.of(plan(net.build(net.globalAveragePool(net.concat(sum, x))))).stream()
                        .filter(event -> event.taken() && event.bytes() == TENSOR))
                .hasSize(3);
    }

    @Test
    void paddedChannelsTakeMemoryToo() {
        NetworkBuilder net = builder();
        String x = net.relu(net.conv(net.input("x", 3, 64, 64), 12, 3, 1, 1));
        x = net.relu(net.conv(x, 12, 3, 1, 1));

        assertThat(BufferTrace.of(plan(net.build(x))).get(0).bytes()).isEqualTo(TENSOR);
    }

    @Test
    void whatIsTakenIsGivenBackAtMostOnceAndNeverTheOutput() {
        NetworkBuilder net = builder();
        String x = net.relu(net.conv(net.input("x", 3, 16, 16), 10, 3, 1, 1));
        String y = net.relu(net.conv(x, 12, 3, 1, 1));
        x = net.maxPool(net.concat(net.relu(x), y), 2);
        KernelPlan plan = plan(net.build(net.softmax(net.gemm(net.flatten(x), 10))));
        List<BufferTrace.Event> events = BufferTrace.of(plan);

        assertThat(events.stream().filter(BufferTrace.Event::taken)).doesNotHaveDuplicates();
        assertThat(events.stream().filter(event -> !event.taken())).doesNotHaveDuplicates();
        long taken = events.stream().filter(BufferTrace.Event::taken).count();
        assertThat(events).hasSize((int) (2 * taken - 1));
    }

    @Test
    void anArenaReusesWhatIsFreeAndJoinsNeighbours() {
        long kilobytes = 1 << 10;
        NativeHeap heap = new NativeHeap();
        new Arena(heap)
                .replay(List.of(
                        taken(1, 400 * kilobytes),
                        taken(2, 400 * kilobytes),
                        freed(1),
                        freed(2),
                        taken(3, 700 * kilobytes),
                        taken(4, 3 << 20),
                        freed(4),
                        taken(5, 1 << 20),
                        taken(6, 2 << 20)));

        long lists = ((1 << 20) + (4 << 20)) / 256 * 8;
        assertThat(heap.bytes()).isEqualTo(800 * kilobytes + (3 << 20) + lists);
    }

    @Test
    void aBlockFillsItsGaps() {
        assertThat(PatternBlock.bytes(List.of(taken(1, 640), taken(2, 640), freed(1), taken(3, 640), taken(4, 64))))
                .isEqualTo(1344);
    }

    private static BufferTrace.Event taken(int buffer, long bytes) {
        return new BufferTrace.Event(buffer, bytes, true, BufferTrace.Use.BETWEEN_CALLS);
    }

    private static BufferTrace.Event freed(int buffer) {
        return new BufferTrace.Event(buffer, 0, false, BufferTrace.Use.BETWEEN_CALLS);
    }

    private static long run(Graph graph) {
        RuntimeMemory memory = RuntimeMemory.of(plan(graph));
        return memory.peakBytes() - memory.loadedBytes();
    }

    private static KernelPlan plan(Graph graph) {
        return KernelPlan.of(OperatorGraph.of(graph), BLOCKS_OF_8);
    }

    private static NetworkBuilder builder() {
        return new NetworkBuilder("n", new SplittableRandom(1));
    }
}
