package io.espalier.agent.state;

import java.util.ArrayList;
import java.util.List;

/** Cuts the power before the n-th step of whatever it watches. */
public final class PowerCut implements Steps {
    private final int survivedSteps;
    private final List<String> taken = new ArrayList<>();

    public PowerCut(int survivedSteps) {
        this.survivedSteps = survivedSteps;
    }

    /** Thrown in place of everything that would have followed. */
    public static final class Dark extends RuntimeException {
        Dark(String step) {
            super("power cut before: " + step);
        }
    }

    @Override
    public void before(String step) {
        if (taken.size() == survivedSteps) {
            throw new Dark(step);
        }
        taken.add(step);
    }

    public List<String> taken() {
        return List.copyOf(taken);
    }
}
