package io.espalier.faults;

import io.espalier.faults.controller.Installation;
import io.espalier.faults.controller.SharedInstallation;
import io.espalier.faults.device.BuiltAgent;
import io.espalier.faults.device.Device;
import io.espalier.stack.Endpoints;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What cases share.
 *
 * @param endpoints of real servers, which no case may disturb
 * @param folder for what cases write; of a case that failed it is kept
 * @param full whether outages last as long as they are claimed to, and not a part of it
 */
public record Place(
        Endpoints endpoints,
        BuiltAgent agent,
        Path folder,
        boolean full,
        SharedInstallation installation,
        AtomicInteger devices)
        implements AutoCloseable {

    /** @param project where everything is built */
    public static Place in(Path project, Endpoints endpoints, Path folder, boolean full) {
        return new Place(
                endpoints,
                BuiltAgent.of(project),
                folder,
                full,
                new SharedInstallation(project, folder.resolve("installation")),
                new AtomicInteger());
    }

    /** The real controller with servers of its own, which no case may disturb for others. */
    public Installation cloud() throws Exception {
        return installation.get();
    }

    /** A device that has never run. */
    public Device freshDevice() throws Exception {
        return freshDevice(endpoints.mqttUrl(), endpoints.kafkaBootstrapServers());
    }

    /** One that is told to find the broker and Kafka elsewhere. */
    public Device freshDevice(String mqttUrl, String kafka) throws Exception {
        return Device.fresh(agent, newFolder("device"), endpoints, mqttUrl, kafka);
    }

    /** One of other servers. */
    public Device freshDevice(Endpoints others, String mqttUrl) throws Exception {
        return Device.fresh(agent, newFolder("device"), others, mqttUrl, others.kafkaBootstrapServers());
    }

    public Path newFolder(String name) {
        return folder.resolve(name + "-" + devices.incrementAndGet());
    }

    /** Ends the controller and its servers. */
    @Override
    public void close() throws Exception {
        installation.close();
    }
}
