package io.espalier.demo;

import io.espalier.demo.story.Claim;
import io.espalier.terminal.Screen;
import java.nio.file.Path;
import java.util.List;

/** Says which claims hold, and what to do about those that do not. */
final class Judgement {
    private final List<Claim> claims;
    private final List<Claim> missed;

    Judgement(List<Claim> claims) {
        this.claims = List.copyOf(claims);
        this.missed = claims.stream().filter(claim -> !claim.holds()).toList();
    }

    boolean allHold() {
        return missed.isEmpty();
    }

    /** @param logs where the processes of the demo log */
    void tell(Screen screen, Path logs) {
        for (Claim claim : claims) {
            String line = claim.text() + ": " + claim.evidence();
            if (claim.holds()) {
                screen.done(line, "");
            } else {
                screen.failed(line);
            }
        }
        screen.strong(verdict());
        if (!allHold()) {
            screen.say("    " + nextStep(logs));
        }
    }

    String verdict() {
        return allHold()
                ? "All %d claims hold.".formatted(claims.size())
                : "%d of %d claims %s not hold."
                        .formatted(missed.size(), claims.size(), missed.size() == 1 ? "does" : "do");
    }

    /** What to do where not all hold. */
    String nextStep(Path logs) {
        return missed.stream().allMatch(Claim::timed)
                ? "A busy machine does that. Type the same again with --fresh while nothing else runs."
                : "What the processes said is in %s. Begin anew: type the same with --fresh.".formatted(logs);
    }
}
