package io.espalier.controller.planning;

import static io.espalier.controller.planning.Decision.of;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.planning.Facts.Deployed;
import io.espalier.proto.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Tells what is next for a deployment that is the wanted one: to wait, to repeat it, or nothing. */
record Standing(Instant now, History history) {
    /** Deployments of one variant in a row that ended for reasons outside the model. */
    static final int MOST_REPETITIONS = 5;

    static final Duration PAUSE_BEFORE_REPETITION = Duration.ofSeconds(20);

    /** Where a deployment that is the wanted one stands. */
    Decision follow(Deployed deployed, Action again, String whenServing) {
        DeploymentState state = deployed.state();
        if (state instanceof DeploymentState.Open open) {
            return of(DeviceState.DELIVERING, open.inWords(named(deployed)));
        }
        if (state instanceof DeploymentState.Serving) {
            return of(DeviceState.SERVING, whenServing);
        }
        if (state instanceof DeploymentState.Refused refused) {
            return afterRefusal(deployed, refused.trial(), again);
        }
        return of(DeviceState.DELIVERING, "Delivers " + named(deployed) + ".", again);
    }

    private Decision afterRefusal(Deployed deployed, Trial trial, Action again) {
        String why = "The device refused " + named(deployed) + " ("
                + trial.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ') + "): " + trial.detail();
        if (!trial.outcome().worthRepeating() || history.refusalsInARow(deployed.variant()) >= MOST_REPETITIONS) {
            return of(DeviceState.FAILED, why);
        }
        return repeat(deployed, why, again);
    }

    /** The same once more, after a pause in which what hindered it may pass. */
    Decision repeat(Deployed deployed, String why, Action again) {
        if (now.isBefore(deployed.changedAt().plus(PAUSE_BEFORE_REPETITION))) {
            return of(DeviceState.DELIVERING, why + " It will be tried again.");
        }
        return of(DeviceState.DELIVERING, why + " It is tried again.", again);
    }

    private static String named(Deployed deployed) {
        return deployed.dense() ? "the unpruned model" : "variant " + shortly(deployed.variant());
    }

    static String shortly(Sha256 digest) {
        return digest.hex().substring(0, 12);
    }
}
