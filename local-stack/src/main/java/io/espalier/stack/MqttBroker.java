package io.espalier.stack;

import io.espalier.pki.AuthorityFolder;
import io.espalier.tls.TopicRights;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
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

    private static final String NAME = "mqtt";

    private final EmbeddedActiveMQ artemis;
    private final Map<String, String> properties;
    private final Runnable afterClose;

    private MqttBroker(EmbeddedActiveMQ artemis, Map<String, String> properties, Runnable afterClose) {
        this.artemis = artemis;
        this.properties = Map.copyOf(properties);
        this.afterClose = afterClose;
    }

    /**
     * Starts on an empty folder or on one that a former broker left, however that one ended. Whoever asks is answered.
     *
     * @param whenLost told why, should the broker give up later
     */
    static MqttBroker start(Path folder, int port, Consumer<String> whenLost) throws Exception {
        EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
        artemis.setConfiguration(
                configuration(folder).setSecurityEnabled(false).addAcceptorConfiguration(acceptor(port, Map.of())));
        return started(
                new MqttBroker(artemis, Map.of(Endpoints.MQTT_URL, "tcp://" + Ports.LOOPBACK + ":" + port), () -> {}),
                whenLost);
    }

    /** Likewise, for clients with a certificate of that authority only, each with its {@link TopicRights}. */
    static MqttBroker start(Path folder, int port, Consumer<String> whenLost, AuthorityFolder authority)
            throws Exception {
        ServerTls tls = ServerTls.of(authority, NAME);
        String registered = TlsPlugins.register(tls);
        EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
        artemis.setSecurityManager(new MqttGuard(tls));
        artemis.setConfiguration(configuration(folder)
                .setSecurityEnabled(true)
                // The broker's memory goes by user and certificate name. Our rules ask for the client id as well.
                .setAuthenticationCacheSize(0)
                .setAuthorizationCacheSize(0)
                // Who knows the password of the cluster's user may do everything.
                .setClusterPassword(UUID.randomUUID().toString())
                .setIncomingInterceptorClassNames(List.of(PlainTopics.class.getName()))
                .addAcceptorConfiguration(acceptor(
                        port, Map.of("sslEnabled", true, "needClientAuth", true, TlsPlugins.SETTING, registered))));
        MqttBroker broker = started(
                new MqttBroker(
                        artemis,
                        Map.of(
                                Endpoints.MQTT_URL,
                                "ssl://" + Ports.LOOPBACK + ":" + port,
                                Endpoints.TLS_AUTHORITY,
                                authority.certificateFile().toString()),
                        () -> TlsPlugins.forget(registered)),
                whenLost);
        RevokedMqttClients.watch(artemis.getActiveMQServer(), tls);
        return broker;
    }

    private static TransportConfiguration acceptor(int port, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("host", Ports.LOOPBACK);
        settings.put("port", port);
        settings.put("protocols", "MQTT");
        settings.put("useEpoll", false);
        settings.put("useKQueue", false);
        return new TransportConfiguration(
                NettyAcceptorFactory.class.getName(),
                settings,
                NAME,
                Map.of("maximumPacketSize", MAXIMUM_PACKET_SIZE_BYTES));
    }

    private static MqttBroker started(MqttBroker broker, Consumer<String> whenLost) throws Exception {
        broker.artemis.start();
        ActiveMQServer server = broker.artemis.getActiveMQServer();
        if (!server.isStarted() || server.getRemotingService().getAcceptor(NAME) == null) {
            broker.close();
            throw new IllegalStateException("Artemis did not start at " + broker.properties.get(Endpoints.MQTT_URL));
        }
        server.registerIOCriticalErrorListener((cause, message, file) ->
                whenLost.accept("MQTT stopped after an I/O error on " + file + ": " + message));
        return broker;
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public void close() {
        try {
            artemis.stop();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "The MQTT broker at " + properties.get(Endpoints.MQTT_URL) + " did not stop cleanly", e);
        } finally {
            afterClose.run();
        }
    }

    private static Configuration configuration(Path folder) throws Exception {
        return new ConfigurationImpl()
                .setName("espalier")
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
                .addAddressSetting("espalier.v1.*.artifacts.#", artifacts())
                .addAddressSetting("$sys.mqtt.retain.#", retained());
    }

    /** Messages for subscribers who are slow or away move to disk. */
    private static AddressSettings live() {
        return common().setMaxSizeBytes(8L << 20)
                .setPageSizeBytes(2 << 20)
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE);
    }

    /**
     * Copies of retained messages on their way to subscribers, which ask again for what does not come. Where memory is full they
     * are dropped: a topic on disk whose last subscriber leaves while a copy is being written never comes to rest (seen with
     * Artemis 2.55, one processor and a directory of half a million empty files).
     */
    private static AddressSettings artifacts() {
        return common().setMaxSizeBytes(-1).setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP);
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
