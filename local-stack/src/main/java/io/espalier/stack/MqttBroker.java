package io.espalier.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.utils.critical.CriticalAnalyzerPolicy;

/** ActiveMQ Artemis with MQTT 5 in this JVM; retained messages and sessions live in a journal on disk. */
final class MqttBroker implements Server {
    private static final int MAXIMUM_PACKET_SIZE_BYTES = 8 << 20;

    /** Above the largest chunk, so that a retained chunk is one journal record and not a file of its own. */
    private static final int JOURNAL_BUFFER_BYTES = 2 << 20;

    private static final int JOURNAL_FILE_BYTES = 16 << 20;

    /** Where expired messages go; without such an address the broker warns at each new topic. */
    private static final String NOBODYS_ADDRESS = "espalier.discarded";

    private final EmbeddedActiveMQ artemis;
    private final String url;

    private MqttBroker(EmbeddedActiveMQ artemis, String url) {
        this.artemis = artemis;
        this.url = url;
    }

    /**
     * Starts on an empty folder or on one that a former broker left, however that one ended.
     *
     * @param whenLost told why, should the broker give up later
     */
    static MqttBroker start(Path folder, int port, Consumer<String> whenLost) throws Exception {
        String url = "tcp://" + Ports.LOOPBACK + ":" + port;
        EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
        artemis.setConfiguration(configuration(folder)
                .addAcceptorConfiguration(
                        "mqtt",
                        url + "?protocols=MQTT;useEpoll=false;useKQueue=false;maximumPacketSize="
                                + MAXIMUM_PACKET_SIZE_BYTES));
        artemis.start();
        if (!artemis.getActiveMQServer().isStarted()) {
            artemis.stop();
            throw new IllegalStateException("Artemis did not start on port " + port);
        }
        artemis.getActiveMQServer()
                .registerIOCriticalErrorListener((cause, message, file) ->
                        whenLost.accept("MQTT stopped after an I/O error on " + file + ": " + message));
        return new MqttBroker(artemis, url);
    }

    @Override
    public Map<String, String> properties() {
        return Map.of(Endpoints.MQTT_URL, url);
    }

    @Override
    public void close() {
        try {
            artemis.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The MQTT broker at " + url + " did not stop cleanly", e);
        }
    }

    private static Configuration configuration(Path folder) throws Exception {
        return new ConfigurationImpl()
                .setName("espalier")
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setMessageCounterEnabled(false)
                .setCriticalAnalyzerPolicy(CriticalAnalyzerPolicy.LOG)
                .setThreadPoolMaxSize(16)
                .setScheduledThreadPoolMaxSize(2)
                .setPersistenceEnabled(true)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setJournalType(JournalType.NIO)
                .setJournalBufferSize_NIO(JOURNAL_BUFFER_BYTES)
                .setJournalFileSize(JOURNAL_FILE_BYTES)
                // Acknowledged means handed to the operating system, which survives a kill of this process.
                .setJournalDatasync(false)
                // The default stops every publisher once the disk is 90 % full, without a word to them.
                .setMaxDiskUsage(-1)
                .setGlobalMaxSize(Runtime.getRuntime().maxMemory() / 3)
                .addAddressConfiguration(
                        new CoreAddressConfiguration().setName(NOBODYS_ADDRESS).addRoutingType(RoutingType.MULTICAST))
                .addAddressSetting("#", live())
                .addAddressSetting("$sys.mqtt.retain.#", retained());
    }

    /** Messages for subscribers who are slow or away move to disk. */
    private static AddressSettings live() {
        return common().setMaxSizeBytes(8L << 20)
                .setPageSizeBytes(2 << 20)
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE);
    }

    /** Retained messages are found in memory only, so instead of moving to disk the next one is refused. */
    private static AddressSettings retained() {
        return common().setMaxSizeBytes(-1).setAddressFullMessagePolicy(AddressFullMessagePolicy.FAIL);
    }

    private static AddressSettings common() {
        return new AddressSettings()
                .setAutoCreateQueues(true)
                .setAutoCreateAddresses(true)
                .setAutoDeleteQueues(true)
                .setAutoDeleteAddresses(true)
                .setDefaultMaxConsumers(-1)
                .setMaxDeliveryAttempts(-1)
                .setDeadLetterAddress(SimpleString.of(NOBODYS_ADDRESS))
                .setExpiryAddress(SimpleString.of(NOBODYS_ADDRESS));
    }
}
