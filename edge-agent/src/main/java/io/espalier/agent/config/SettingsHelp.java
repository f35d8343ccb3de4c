package io.espalier.agent.config;

/** What a person who starts the agent must know. */
public final class SettingsHelp {
    public static final String TEXT = """
            Usage: espalier-agent --config FILE
            In the project's folder: ./espalier agent --config FILE

            Runs on the device: enrols it once, measures it, fetches the model that was
            pruned for it, tries it, serves it on a local port and reports how it does. Stop
            it with Ctrl-C; started again it goes on where it was.

            FILE is a properties file. These three it must have:
              device.id               a name of its own: 1 to 64 letters, digits, hyphens or
                                      underscores
              claim.bundle            a line from the operator (POST /api/v1/claim-tokens):
                                      where the controller is, a token that lets this device
                                      in once, and how to know the controller
              state.dir               a folder that only this agent writes to; about 50 MB
                                      and three times the model
            These say the same otherwise:
              claim.bundle.file       a file with that line
              controller.url          https://HOST:PORT where the controller has moved
                                      since, or http://127.0.0.1:PORT of one on this
                                      machine; then without claim.bundle, and with
              claim.token             the token alone

            These have defaults:
              serve.port              8770; where applications infer on 127.0.0.1, 0 takes
                                      any free port
              threads                 1; for inference
              telemetry.sink          kafka; mqtt sends telemetry to the controller, which
                                      puts it into Kafka, and takes 20 MB less memory, as no
                                      Kafka client is started
              telemetry.window.millis 5000; how often what was measured is sent
              spool.max.bytes         16777216; telemetry kept on disk while nobody can be
                                      reached
              spool.max.age.hours     168; likewise
              golden.tolerance        0.001; how far a new model's answers may lie from the
                                      golden ones
              replay.source           none; a file of samples to infer again and again
              replay.batch            100; samples a burst
              replay.interval.millis  1000; from burst to burst
              simulate.slowdown       1; repeats each inference so often, to be a slower
                                      device
              host.lock               none; a file by which agents on one host take turns
              exit.with.parent        false; stop when standard input ends

            Each can come from the environment instead: ESPALIER_AGENT_DEVICE_ID for
            device.id, and so on.

            Exit code: 0 stopped, 1 something broke, 2 bad configuration, 3 the controller
            refused to enrol this device, 4 the state directory cannot be used, 5 serve.port
            is in use, 10 start it again: another program is to be tried.
            """;

    private SettingsHelp() {}
}
