package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.quantisation.WeightRange;
import java.util.OptionalDouble;

/** What is known of 8-bit integers on the device that is planned for. */
public interface IntegerBench {
    /** Of a device that nothing is known of: weights that compute the same everywhere, and no timings. */
    IntegerBench UNKNOWN = new IntegerBench() {
        @Override
        public WeightRange weights() {
            return WeightRange.SEVEN_BITS;
        }

        @Override
        public OptionalDouble timed(Graph floats, Graph integers) {
            return OptionalDouble.empty();
        }
    };

    /** The finest weights that do not saturate on the device. */
    WeightRange weights();

    /** Integer over float latency of one network, timed on the device or on one of its kind; empty where none is at hand. */
    OptionalDouble timed(Graph floats, Graph integers);
}
