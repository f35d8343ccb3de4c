package io.espalier.pruning.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The candidates that no other one beats in both price and standing. */
final class ParetoFront {
    private ParetoFront() {}

    /** The cheapest first. Of equal ones the first given is kept. */
    static List<Candidate> of(List<Candidate> candidates, ToDoubleFunction<Candidate> price) {
        List<Candidate> byPrice = new ArrayList<>(candidates);
        byPrice.sort(Comparator.comparingDouble(price)
                .thenComparing(Comparator.comparingDouble(Candidate::standing).reversed()));
        List<Candidate> front = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (Candidate each : byPrice) {
            if (each.standing() > best) {
                front.add(each);
                best = each.standing();
            }
        }
        return front;
    }
}
