package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.KernelCall;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Covariance of what calls of one kind contribute to each pair of observed networks. */
final class Similarity {
    private final double[][] terms;
    private final double[][] spread;

    private Similarity(double[][] terms, double[][] spread) {
        this.terms = terms;
        this.spread = spread;
    }

    /** One for each kind that occurs; {@code ownOnly} leaves out networks of other models. */
    static Map<KernelCall.Kind, Similarity> of(List<Terms> networks, KernelCovariance covariance, boolean ownOnly) {
        Map<KernelCall.Kind, Map<KernelCall, Integer>> calls = new EnumMap<>(KernelCall.Kind.class);
        for (Terms each : networks) {
            if (each.own() || !ownOnly) {
                each.micros().keySet().forEach(call -> {
                    Map<KernelCall, Integer> numbers = calls.computeIfAbsent(call.kind(), k -> new LinkedHashMap<>());
                    numbers.putIfAbsent(call, numbers.size());
                });
            }
        }
        Map<KernelCall.Kind, Similarity> similar = new EnumMap<>(KernelCall.Kind.class);
        calls.forEach((kind, numbers) -> similar.put(kind, of(networks, covariance, numbers)));
        return similar;
    }

    private static Similarity of(List<Terms> networks, KernelCovariance covariance, Map<KernelCall, Integer> numbers) {
        List<KernelCall> calls = new ArrayList<>(numbers.keySet());
        int u = calls.size();
        double[][] between = new double[u][u];
        for (int a = 0; a < u; a++) {
            for (int b = 0; b <= a; b++) {
                between[a][b] = covariance.of(calls.get(a), calls.get(b));
                between[b][a] = between[a][b];
            }
        }
        double[][] terms = new double[networks.size()][];
        double[][] spread = new double[networks.size()][];
        for (int i = 0; i < terms.length; i++) {
            double[] row = new double[u];
            boolean any = false;
            for (Map.Entry<KernelCall, Double> term : networks.get(i).micros().entrySet()) {
                Integer number = numbers.get(term.getKey());
                if (number != null) {
                    row[number] = term.getValue();
                    any = true;
                }
            }
            terms[i] = any ? row : new double[0];
            spread[i] = any ? product(between, row) : new double[0];
        }
        return new Similarity(terms, spread);
    }

    private static double[] product(double[][] matrix, double[] row) {
        double[] product = new double[row.length];
        for (int a = 0; a < row.length; a++) {
            if (row[a] != 0) {
                for (int b = 0; b < row.length; b++) {
                    product[b] += row[a] * matrix[a][b];
                }
            }
        }
        return product;
    }

    /** Summed over all kinds. */
    static double between(Map<KernelCall.Kind, Similarity> similar, int i, int j) {
        double sum = 0;
        for (Similarity each : similar.values()) {
            double[] a = each.spread[i];
            double[] b = each.terms[j];
            for (int k = 0; k < Math.min(a.length, b.length); k++) {
                sum += a[k] * b[k];
            }
        }
        return sum;
    }
}
