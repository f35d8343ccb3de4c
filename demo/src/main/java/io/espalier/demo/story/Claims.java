package io.espalier.demo.story;

import io.espalier.demo.api.Variant;
import io.espalier.terminal.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the demo promises, checked against what happened.
 *
 * <p>Budgets are checked on any input. Accuracies and the time are checked on the bundled input only: how much a model
 * of the user's own loses is told, not judged.
 */
final class Claims {
    static final long NEEDED_SAMPLES = 500;
    private static final double LEAST_DENSE = 0.90;
    private static final double MOST_DENSE = 0.97;
    private static final double RANDOM_LOSS = 0.10;
    // Judged at the tightest budget: milder ones may remove so little that even chance does no harm.
    private static final double MILD_SHARE = 0.4;
    private static final double ACCURACY_LOSS = 0.02;
    private static final Duration TIME = Duration.ofSeconds(120);

    private Claims() {}

    static List<Claim> check(StoryResult result, boolean bundled) {
        List<Claim> claims = new ArrayList<>();
        if (bundled) {
            claims.add(new Claim(
                    result.denseAccuracy() >= LEAST_DENSE && result.denseAccuracy() <= MOST_DENSE,
                    "the unpruned model scores 90 to 97 % on the test split",
                    percent(result.denseAccuracy()),
                    false));
        }
        for (DeviceResult device : result.devices()) {
            if (device.demo().impossible()) {
                refusal(claims, device);
            } else {
                budget(claims, device);
                if (bundled) {
                    accuracy(claims, result, device);
                }
            }
        }
        if (bundled && !result.continued()) {
            claims.add(new Claim(
                    result.duration().compareTo(TIME) <= 0,
                    "the whole story took at most " + TIME.toSeconds() + " s",
                    result.seconds() + " s",
                    true));
        }
        return claims;
    }

    private static void refusal(List<Claim> claims, DeviceResult device) {
        Double floor = device.refusedFloorMicros();
        claims.add(new Claim(
                floor != null && floor > device.askedMicros(),
                device.demo().id() + ": a budget below its floor was refused with the floor",
                floor == null
                        ? "it was not refused"
                        : "asked %s, floor %s".formatted(Units.micros(device.askedMicros()), Units.micros(floor)),
                false));
        claims.add(new Claim(
                device.device().active() != null && !device.device().active().pruned(),
                device.demo().id() + ": it kept its working model",
                device.device().active() == null
                        ? "no model"
                        : device.device().active().pruned() ? "a pruned one" : "the unpruned one",
                false));
    }

    private static void budget(List<Claim> claims, DeviceResult device) {
        String id = device.demo().id();
        claims.add(new Claim(
                device.denseP95Micros() > device.askedMicros(),
                id + ": the unpruned model misses the budget",
                "p95 %s, budget %s".formatted(micros(device.denseP95Micros()), micros(device.askedMicros())),
                true));
        long samples = device.device().samplesOfVariant();
        claims.add(new Claim(
                samples >= NEEDED_SAMPLES,
                id + ": at least " + NEEDED_SAMPLES + " measured inferences of its variant",
                Units.count(samples),
                false));
        claims.add(new Claim(
                device.withinBudget(),
                id + ": measured p95 is within the budget",
                "p95 %s (%s to %s), budget %s"
                        .formatted(
                                micros(device.measuredP95Micros()),
                                micros(device.measuredLowerMicros()),
                                micros(device.measuredUpperMicros()),
                                micros(device.askedMicros())),
                true));
    }

    private static void accuracy(List<Claim> claims, StoryResult result, DeviceResult device) {
        String id = device.demo().id();
        claims.add(new Claim(
                device.accuracy() >= result.baselineAccuracy() - ACCURACY_LOSS,
                id + ": accuracy within 2 points of the unpruned model fine-tuned alike",
                "%s, unpruned %s".formatted(percent(device.accuracy()), percent(result.baselineAccuracy())),
                false));
        if (device.demo().share() > MILD_SHARE) {
            return;
        }
        Variant variant = device.variant();
        double random = variant == null ? Double.NaN : DeviceResult.orNaN(variant.randomOneShotAccuracy());
        claims.add(new Claim(
                result.denseAccuracy() - random >= RANDOM_LOSS,
                id + ": the same widths pruned at random, without fine-tuning, lose at least 10 points",
                "%s, unpruned %s".formatted(percent(random), percent(result.denseAccuracy())),
                false));
    }

    private static String micros(double micros) {
        return Double.isNaN(micros) ? "not measured" : Units.micros(micros);
    }

    private static String percent(double fraction) {
        return Double.isNaN(fraction) ? "not known" : Units.percent(fraction);
    }
}
