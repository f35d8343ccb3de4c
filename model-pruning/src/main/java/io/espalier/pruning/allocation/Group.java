package io.espalier.pruning.allocation;

import java.util.List;
import java.util.TreeSet;

/**
 * Channels whose number is to be chosen together.
 *
 * @param name names the group in reports
 * @param width of the unpruned network
 * @param choices legal widths, ascending; the last is {@code width}
 */
public record Group(String name, int width, List<Integer> choices) {
    /** No group is made narrower than this, where it has as many. */
    public static final int SMALLEST_WIDTH = 4;

    public Group {
        choices = List.copyOf(new TreeSet<>(choices));
        if (choices.isEmpty() || choices.get(0) < 1 || choices.get(choices.size() - 1) != width) {
            throw new IllegalArgumentException(
                    "Group " + name + " has " + width + " channels but the choices " + choices);
        }
    }

    /** A group that may have its full width, the smallest, or any multiple of {@code step}. */
    public static Group stepped(String name, int width, int step) {
        TreeSet<Integer> choices = new TreeSet<>();
        choices.add(width);
        choices.add(Math.min(width, SMALLEST_WIDTH));
        for (int w = step; w < width; w += step) {
            if (w >= SMALLEST_WIDTH) {
                choices.add(w);
            }
        }
        return new Group(name, width, List.copyOf(choices));
    }

    /** The same group without the choices that are wider than it takes to hold this many channels. */
    public Group holding(int channels) {
        int widest = choices.stream()
                .filter(choice -> choice >= channels)
                .findFirst()
                .orElse(width);
        return new Group(
                name,
                widest,
                choices.stream().filter(choice -> choice <= widest).toList());
    }

    public int minimum() {
        return choices.get(0);
    }

    /** The widest choice that is not above {@code limit}, or the narrowest there is. */
    public int atMost(double limit) {
        int best = minimum();
        for (int choice : choices) {
            best = choice <= limit ? choice : best;
        }
        return best;
    }
}
