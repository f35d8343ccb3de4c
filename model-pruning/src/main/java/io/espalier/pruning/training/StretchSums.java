package io.espalier.pruning.training;

/**
 * Sums over stretches of arrays.
 *
 * <p>Four partial sums at once: a single one would wait for each addition before the next. They are floats, so a stretch
 * should be no longer than an image; stretches are added up in double.
 */
final class StretchSums {
    private StretchSums() {}

    static double sum(float[] a, int from, int area) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = from;
        for (; i + 3 < from + area; i += 4) {
            s0 += a[i];
            s1 += a[i + 1];
            s2 += a[i + 2];
            s3 += a[i + 3];
        }
        double sum = (double) s0 + s1 + s2 + s3;
        for (; i < from + area; i++) {
            sum += a[i];
        }
        return sum;
    }

    static double squares(float[] a, int from, int area, float centre) {
        return product(a, a, from, area, centre, centre);
    }

    static double product(float[] x, float[] dy, int from, int area, float centre) {
        return product(x, dy, from, area, centre, 0);
    }

    static double product(float[] a, float[] b, int from, int area, float centreA, float centreB) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = from;
        for (; i + 3 < from + area; i += 4) {
            s0 += (a[i] - centreA) * (b[i] - centreB);
            s1 += (a[i + 1] - centreA) * (b[i + 1] - centreB);
            s2 += (a[i + 2] - centreA) * (b[i + 2] - centreB);
            s3 += (a[i + 3] - centreA) * (b[i + 3] - centreB);
        }
        double sum = (double) s0 + s1 + s2 + s3;
        for (; i < from + area; i++) {
            sum += (a[i] - centreA) * (b[i] - centreB);
        }
        return sum;
    }
}
