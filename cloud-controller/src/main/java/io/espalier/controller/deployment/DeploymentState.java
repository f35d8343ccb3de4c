package io.espalier.controller.deployment;

/**
 * Lifecycle of one assignment of a model to a device. The methods of each state are its legal moves: an ended
 * deployment has none.
 */
public sealed interface DeploymentState {

    /** Name in the database and on the API. */
    String label();

    /** Where a trial takes it; the trial of one that has ended changes nothing. */
    default DeploymentState after(Trial trial) {
        return this;
    }

    /** A state that the device may still leave by its own work. */
    sealed interface Open extends DeploymentState {
        /** What goes on now, in a sentence; the model is in words, such as "variant 0a1b". */
        String inWords(String model);

        default Serving accepted(Trial trial) {
            return new Serving(trial);
        }

        default Refused refused(Trial trial) {
            return new Refused(trial);
        }

        default Superseded superseded() {
            return new Superseded();
        }

        @Override
        default DeploymentState after(Trial trial) {
            return trial.outcome() == TrialOutcome.ACCEPTED ? accepted(trial) : refused(trial);
        }
    }

    /** Wanted of the device, which has not answered yet. */
    record Assigned() implements Open {
        @Override
        public String label() {
            return "assigned";
        }

        @Override
        public String inWords(String model) {
            return "The device was told to take " + model + ".";
        }

        public Fetching fetching() {
            return new Fetching();
        }

        public Trying trying() {
            return new Trying();
        }
    }

    /** On its way to the device. */
    record Fetching() implements Open {
        @Override
        public String label() {
            return "fetching";
        }

        @Override
        public String inWords(String model) {
            return "The device fetches " + model + ".";
        }

        public Trying trying() {
            return new Trying();
        }
    }

    /** Complete on the device, which checks and times it. */
    record Trying() implements Open {
        @Override
        public String label() {
            return "trying";
        }

        @Override
        public String inWords(String model) {
            return "The device tries " + model + ".";
        }
    }

    /** Answers the device's inferences. */
    record Serving(Trial trial) implements DeploymentState {
        @Override
        public String label() {
            return "serving";
        }

        public Superseded superseded() {
            return new Superseded();
        }

        /** A device takes back what it accepted where the model does not load any more. */
        @Override
        public DeploymentState after(Trial later) {
            return later.outcome() == TrialOutcome.ACCEPTED ? this : new Refused(later);
        }
    }

    /**
     * Tried and left, or served and given up; a former model serves. Where the reason lay outside the model, the device
     * goes on trying and may accept it after all.
     */
    record Refused(Trial trial) implements DeploymentState {
        @Override
        public DeploymentState after(Trial later) {
            if (!trial.outcome().worthRepeating()) {
                return this;
            }
            return later.outcome() == TrialOutcome.ACCEPTED ? new Serving(later) : new Refused(later);
        }

        @Override
        public String label() {
            return "refused";
        }
    }

    /** Replaced by a later deployment. */
    record Superseded() implements DeploymentState {
        @Override
        public String label() {
            return "superseded";
        }
    }
}
