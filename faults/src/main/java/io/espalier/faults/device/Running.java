package io.espalier.faults.device;

/** A device whose agent runs and serves a model. */
public record Running(Device device, AgentJvm agent) implements AutoCloseable {
    /** The factor of the model it serves. */
    public static final float FIRST = 1;

    /** The factor of the one it is to serve next. */
    public static final float NEXT = 2;

    /** Brings a device that has never run as far as serving its first model. */
    public static Running serving(Device device) throws Exception {
        device.desire(Device.model(FIRST));
        AgentJvm agent = device.start();
        Running running = new Running(device, agent);
        try {
            device.requireAsDesired(agent, Device.model(FIRST), FIRST);
            return running;
        } catch (Exception e) {
            running.close();
            throw e;
        }
    }

    /** Desires the next model. */
    public void desireNext() throws Exception {
        device.desire(Device.model(NEXT));
    }

    /** It serves the next model, has said so, and has lost no telemetry. */
    public void requireNext() throws Exception {
        device.requireAsDesired(agent, Device.model(NEXT), NEXT);
        device.requireCleanEnd(agent);
    }

    /** Likewise with another run of its agent. */
    public void requireNextFrom(AgentJvm other) throws Exception {
        new Running(device, other).requireNext();
    }

    @Override
    public void close() throws Exception {
        agent.close();
        device.close();
    }
}
