package io.espalier.pruning.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds places for words beside points so that none covers another word or point; who comes first gets the better place. */
final class Labels {
    private static final double LETTER_WIDTH = 6.6;
    private static final double STRONG_LETTER_WIDTH = 7.6;
    private static final double LINE_HEIGHT = 15;
    private static final double BASE_LINE = 4;
    private static final double DISTANCE = 10;
    private static final double STRONG_DISTANCE = 15;
    /** Farther from its point than these places, a word could be another point's. */
    private static final int NEAR_PLACES = 4;

    private final double width;
    private final double height;
    private final List<Box> taken = new ArrayList<>();

    private record Box(double left, double top, double right, double bottom) {
        boolean meets(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    /** Where a word begins, and its base line. */
    record Place(double x, double y) {}

    Labels(double width, double height) {
        this.width = width;
        this.height = height;
    }

    /** Keeps words away from a point. */
    void avoid(double x, double y, double radius) {
        taken.add(new Box(x - radius, y - radius, x + radius, y + radius));
    }

    /**
     * A place beside a point; empty where every place is taken.
     *
     * @param strong for a word in bold beside a larger point, which may also stand farther off
     */
    Optional<Place> beside(double x, double y, String word, boolean strong) {
        double length = word.length() * (strong ? STRONG_LETTER_WIDTH : LETTER_WIDTH);
        double away = strong ? STRONG_DISTANCE : DISTANCE;
        double[][] corners = {
            {x - length / 2, y - away - LINE_HEIGHT},
            {x + away, y - LINE_HEIGHT / 2},
            {x - away - length, y - LINE_HEIGHT / 2},
            {x - length / 2, y + away},
            {x + away, y - away - LINE_HEIGHT},
            {x + away, y + away},
            {x - away - length, y - away - LINE_HEIGHT},
            {x - away - length, y + away}
        };
        for (double[] corner : strong ? corners : Arrays.copyOf(corners, NEAR_PLACES)) {
            Box box = new Box(corner[0], corner[1], corner[0] + length, corner[1] + LINE_HEIGHT);
            boolean inside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
            if (inside && taken.stream().noneMatch(box::meets)) {
                taken.add(box);
                return Optional.of(new Place(box.left, box.bottom - BASE_LINE));
            }
        }
        return Optional.empty();
    }
}
