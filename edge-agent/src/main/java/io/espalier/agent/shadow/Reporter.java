package io.espalier.agent.shadow;

import io.espalier.agent.inference.ServedModel;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.ProgramReport;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TrialReport;
import java.time.Clock;

/** This device's reported state: changed in memory, published at each change and again after each connect. */
public final class Reporter {
    private static final double VISIBLE_PROGRESS = 0.05;

    private final StatePublisher publisher;
    private final Clock clock;
    private final Reported.Builder state;
    private boolean serving;

    /** {@code start} holds device, epoch and agent version; every report adds one to its sequence. */
    public Reporter(StatePublisher publisher, Clock clock, Reported start) {
        this.publisher = publisher;
        this.clock = clock;
        this.state = start.toBuilder().setPhase(AgentPhase.AGENT_PHASE_IDLE);
    }

    public synchronized void serves(ServedModel model) {
        serving = true;
        state.setActiveArtifactDigest(model.artifactDigest())
                .setActiveVariantDigest(model.variant().getVariantDigest());
        rest("");
    }

    public synchronized void trial(TrialReport trial) {
        state.setTrial(trial);
        publish();
    }

    public synchronized void program(ProgramReport program) {
        if (!state.hasProgram() || !state.getProgram().equals(program)) {
            state.setProgram(program);
            publish();
        }
    }

    /** Names the desired state that is worked on from now on. */
    public synchronized void answers(long desiredVersion) {
        if (state.getDesiredVersion() != desiredVersion) {
            state.setDesiredVersion(desiredVersion);
            publish();
        }
    }

    public synchronized void enter(AgentPhase phase, String detail) {
        state.setPhase(phase).setProgress(0).setDetail(detail);
        publish();
    }

    public synchronized void progress(double fraction) {
        if (fraction - state.getProgress() >= VISIBLE_PROGRESS) {
            state.setProgress(fraction);
            publish();
        }
    }

    /** Back to serving, or to idling where there is no model. */
    public synchronized void rest(String detail) {
        AgentPhase phase = serving ? AgentPhase.AGENT_PHASE_SERVING : AgentPhase.AGENT_PHASE_IDLE;
        if (state.getPhase() != phase || !state.getDetail().equals(detail)) {
            enter(phase, detail);
        }
    }

    public synchronized void publish() {
        state.setSequence(state.getSequence() + 1).setAtMillis(clock.millis());
        publisher.publish(DeviceChannel.REPORTED, state.build().toByteArray(), true);
    }
}
