package io.espalier.agent.toys;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text format of Prometheus as strictly as promtool and answers series by their name with labels. */
public final class ScrapedMetrics {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (?:[^\\\\]|\\\\[\\\\n])+");
    private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram)");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(\\{" + LABEL + "(?:," + LABEL + ")*\\})? (\\S+)");

    private final Map<String, Double> series = new LinkedHashMap<>();

    private ScrapedMetrics() {}

    public static ScrapedMetrics parse(String text) {
        demand(text.endsWith("\n"), "the last line has no end", text);
        ScrapedMetrics metrics = new ScrapedMetrics();
        Map<String, String> types = new HashMap<>();
        Set<String> closed = new HashSet<>();
        String family = "";
        String helped = "";
        for (String line : text.split("\n")) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                closed.add(family);
                helped = help.group(1);
            } else if (type.matches()) {
                family = type.group(1);
                demand(family.equals(helped), "HELP and TYPE belong together", line);
                demand(!closed.contains(family), "a family comes in one piece", line);
                demand(types.put(family, type.group(2)) == null, "one TYPE a family", line);
                demand(family.endsWith("_total") == type.group(2).equals("counter"), "counters end in _total", line);
            } else {
                demand(sample.matches(), "neither HELP, TYPE nor sample", line);
                boolean histogram = "histogram".equals(types.get(family));
                String name = sample.group(1);
                demand(
                        histogram ? name.matches(Pattern.quote(family) + "_(bucket|sum|count)") : name.equals(family),
                        "a sample outside its family " + family,
                        line);
                double value =
                        sample.group(3).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(sample.group(3));
                String labels = sample.group(2) == null ? "" : sample.group(2);
                demand(metrics.series.put(name + labels, value) == null, "one sample a series", line);
            }
        }
        types.forEach((name, type) -> metrics.checkHistogram(name, type));
        return metrics;
    }

    private void checkHistogram(String name, String type) {
        if (!type.equals("histogram")) {
            return;
        }
        double before = 0;
        double bound = Double.NEGATIVE_INFINITY;
        for (Map.Entry<String, Double> each : series.entrySet()) {
            if (each.getKey().startsWith(name + "_bucket{le=\"")) {
                String le = each.getKey()
                        .substring(
                                (name + "_bucket{le=\"").length(), each.getKey().length() - 2);
                double next = le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
                demand(next > bound && each.getValue() >= before, "buckets only grow", each.getKey());
                bound = next;
                before = each.getValue();
            }
        }
        demand(bound == Double.POSITIVE_INFINITY, "the last bucket is +Inf", name);
        demand(before == value(name + "_count"), "the last bucket is the count", name);
        demand(series.containsKey(name + "_sum"), "a histogram has a sum", name);
    }

    public double value(String name) {
        Double value = series.get(name);
        demand(value != null, "no series", name + " in " + series.keySet());
        return value == null ? Double.NaN : value;
    }

    private static void demand(boolean holds, String rule, String found) {
        if (!holds) {
            throw new AssertionError(rule + ": " + found);
        }
    }
}
