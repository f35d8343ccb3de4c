package io.espalier.demo.drawing;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Draws one figure as a careless hand would: turned, sheared, stretched, off centre, with any pen, among stray strokes,
 * partly covered, on noisy paper.
 *
 * <p>The strength of these disturbances is what makes the data set hard; they were set so that a small dense network
 * reaches 90 to 97 %.
 */
final class Draughtsman {
    static final int SIDE = 28;

    private final Difficulty difficulty;

    Draughtsman(Difficulty difficulty) {
        this.difficulty = difficulty;
    }

    /** {@code [28 * 28]} bytes, row by row, 0 to 255; the same for the same figure and seed, always. */
    byte[] draw(Figure figure, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        Canvas canvas = new Canvas(SIDE);
        double thickness = between(random, 1.1, 3.0);
        double strength = between(random, 0.55, 1.0);
        for (double[] line : placed(figure, random)) {
            canvas.stroke(line, thickness, strength);
        }
        for (int i = random.nextInt(difficulty.strayStrokes() + 1); i > 0; i--) {
            canvas.stroke(stray(random), between(random, 0.8, 1.8), strength * between(random, 0.4, 0.9));
        }
        if (random.nextDouble() < difficulty.coverChance()) {
            int width = random.nextInt(4, 10);
            int height = random.nextInt(4, 10);
            canvas.cover(random.nextInt(SIDE - width), random.nextInt(SIDE - height), width, height, 0);
        }
        return withNoise(canvas, random);
    }

    private double[][] placed(Figure figure, RandomGenerator random) {
        double turn = Math.toRadians(between(random, -difficulty.turnDegrees(), difficulty.turnDegrees()));
        double scaleX = between(random, 6.5, 11);
        double scaleY = scaleX * between(random, 0.75, 1.3);
        double shear = between(random, -0.3, 0.3);
        double centreX = SIDE / 2.0 + between(random, -3, 3);
        double centreY = SIDE / 2.0 + between(random, -3, 3);
        double cos = StrictMath.cos(turn);
        double sin = StrictMath.sin(turn);
        double[][] lines = figure.lines();
        for (double[] line : lines) {
            for (int i = 0; i < line.length; i += 2) {
                double x = (line[i] + shear * line[i + 1]) * scaleX + between(random, -0.5, 0.5);
                double y = line[i + 1] * scaleY + between(random, -0.5, 0.5);
                line[i] = centreX + cos * x - sin * y;
                line[i + 1] = centreY + sin * x + cos * y;
            }
        }
        return lines;
    }

    private static double[] stray(RandomGenerator random) {
        double x = between(random, 0, SIDE);
        double y = between(random, 0, SIDE);
        double angle = between(random, 0, 2 * Math.PI);
        double length = between(random, 4, 11);
        return new double[] {x, y, x + length * StrictMath.cos(angle), y + length * StrictMath.sin(angle)};
    }

    private byte[] withNoise(Canvas canvas, RandomGenerator random) {
        double paper = between(random, 0, 0.2);
        double grain = between(random, 0.3, 1) * difficulty.grain();
        byte[] pixels = new byte[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            // The sum of three uniform numbers is close enough to a normal one and the same on every machine.
            double noise = (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5) * 2 * grain;
            double value = paper + (1 - paper) * canvas.at(i) + noise;
            pixels[i] = (byte) Math.round(255 * Math.min(1, Math.max(0, value)));
        }
        return pixels;
    }

    private static double between(RandomGenerator random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /**
     * How hard the images are to tell apart.
     *
     * @param turnDegrees largest turn to either side
     * @param strayStrokes most stray strokes in one image
     * @param coverChance how often a part is covered, 0 to 1
     * @param grain standard deviation of the strongest noise, 0 to 1
     */
    record Difficulty(double turnDegrees, int strayStrokes, double coverChance, double grain) {
        static final Difficulty DEMO = new Difficulty(32, 2, 0.28, 0.2);
    }
}
