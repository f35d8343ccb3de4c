package io.espalier.demo.drawing;

/** The ten classes. Each is a set of lines in a square from -1 to 1, y downwards, before it is bent and turned. */
enum Figure {
    RING {
        @Override
        double[][] lines() {
            return new double[][] {polygon(16, 0)};
        }
    },
    SQUARE {
        @Override
        double[][] lines() {
            return new double[][] {{-0.85, -0.85, 0.85, -0.85, 0.85, 0.85, -0.85, 0.85, -0.85, -0.85}};
        }
    },
    TRIANGLE {
        @Override
        double[][] lines() {
            return new double[][] {polygon(3, -90)};
        }
    },
    PENTAGON {
        @Override
        double[][] lines() {
            return new double[][] {polygon(5, -90)};
        }
    },
    CROSS {
        @Override
        double[][] lines() {
            return new double[][] {{-1, 0, 1, 0}, {0, -1, 0, 1}};
        }
    },
    STAR {
        @Override
        double[][] lines() {
            return new double[][] {{-1, 0, 1, 0}, {-0.5, -0.87, 0.5, 0.87}, {-0.5, 0.87, 0.5, -0.87}};
        }
    },
    ARROW {
        @Override
        double[][] lines() {
            return new double[][] {{0, 1, 0, -1}, {-0.6, -0.3, 0, -1, 0.6, -0.3}};
        }
    },
    FORK {
        @Override
        double[][] lines() {
            return new double[][] {{0, 1, 0, 0.1}, {-0.75, -0.9, 0, 0.1, 0.75, -0.9}};
        }
    },
    ZIGZAG {
        @Override
        double[][] lines() {
            return new double[][] {{-1, 0.6, -0.5, -0.6, 0, 0.6, 0.5, -0.6, 1, 0.6}};
        }
    },
    SPIRAL {
        @Override
        double[][] lines() {
            int steps = 26;
            double[] points = new double[2 * steps];
            for (int i = 0; i < steps; i++) {
                double radius = 0.08 + 0.92 * i / (steps - 1);
                double angle = 4 * Math.PI * i / (steps - 1);
                points[2 * i] = radius * StrictMath.cos(angle);
                points[2 * i + 1] = radius * StrictMath.sin(angle);
            }
            return new double[][] {points};
        }
    };

    /** Open lines as {@code x0, y0, x1, y1, ...}. */
    abstract double[][] lines();

    private static double[] polygon(int corners, double firstDegrees) {
        double[] points = new double[2 * corners + 2];
        for (int i = 0; i <= corners; i++) {
            double angle = Math.toRadians(firstDegrees) + 2 * Math.PI * i / corners;
            points[2 * i] = StrictMath.cos(angle);
            points[2 * i + 1] = StrictMath.sin(angle);
        }
        return points;
    }
}
