package io.espalier.pruning.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Gathers what is wrong with a command line, so that a person hears all of it at once. */
final class Complaints {
    private final List<InvalidInputException> complaints = new ArrayList<>();

    /** What a part of the command line means; empty where it means nothing. */
    <T> Optional<T> check(Supplier<T> part) {
        try {
            return Optional.of(part.get());
        } catch (InvalidInputException e) {
            complaints.add(e);
            return Optional.empty();
        }
    }

    /** Problems that were found without anything being thrown. */
    void hear(String title, List<String> problems) {
        problems.forEach(each -> complaints.add(new InvalidInputException(title, each)));
    }

    void throwIfAny() {
        if (complaints.size() == 1) {
            throw complaints.get(0);
        }
        if (!complaints.isEmpty()) {
            List<String> problems = new ArrayList<>();
            problems.add("");
            complaints.forEach(each -> problems.add("  " + each.title() + ": " + each.getMessage()));
            throw new InvalidInputException(complaints.size() + " things are wrong", problems);
        }
    }
}
