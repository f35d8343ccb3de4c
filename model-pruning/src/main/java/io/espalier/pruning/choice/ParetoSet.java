package io.espalier.pruning.choice;

import io.espalier.proto.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * All that was made of one base model by one recipe and data, the unpruned model included, so that scores compare. Which of
 * them are worth having depends on the device, so none is left out here: a channel step turns the order of two latencies
 * round. A {@link Choice} never takes one that another one beats in everything.
 *
 * @param unpruned the base model as it is
 * @param retrainedScore of the base model after the recipe's training; empty where that is not known
 */
public record ParetoSet(Member unpruned, OptionalDouble retrainedScore, List<Member> variants) {
    public ParetoSet {
        variants = List.copyOf(variants);
        Set<Sha256> seen = new HashSet<>(Set.of(unpruned.digest()));
        for (Member each : variants) {
            if (!seen.add(each.digest())) {
                throw new IllegalArgumentException("The set has two members " + each.digest());
            }
        }
    }

    /** Variants in order, then the unpruned model. */
    public List<Member> members() {
        List<Member> all = new ArrayList<>(variants);
        all.add(unpruned);
        return all;
    }

    /**
     * What is reached with a member's costs, as far as anything made so far tells: training alone can make the unpruned model
     * better than it came, and campaigns train.
     */
    double potential(Member member) {
        return member.equals(unpruned)
                ? Math.max(member.score(), retrainedScore.orElse(member.score()))
                : member.score();
    }
}
