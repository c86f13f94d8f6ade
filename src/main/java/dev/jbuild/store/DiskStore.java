package dev.jbuild.store;

import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** The store as files and a database. */
final class DiskStore implements Store {
    private final StoreLayout layout;
    private final ArchiveLimits limits;
    private final Workplace workplace;
    private final Database database;
    private final FileBlobs blobs;
    private final DiskLayers layers;
    private final OriginFiles origins;
    private final NameTable names;
    private final RecordTable records;

    private DiskStore(StoreLayout layout, ArchiveLimits limits) {
        this.layout = layout;
        this.limits = limits;
        this.workplace = new Workplace(layout);
        this.database = new Database(layout);
        this.blobs = new FileBlobs(workplace);
        this.layers = new DiskLayers(workplace);
        this.origins = new OriginFiles(workplace);
        this.names = new NameTable(database, workplace, blobs);
        this.records = new RecordTable(database);
    }

    static DiskStore open(Path root, ArchiveLimits limits) throws JbuildException {
        return new DiskStore(StoreLayout.open(root), limits);
    }

    @Override
    public Path root() {
        return layout.root();
    }

    @Override
    public ArchiveLimits limits() {
        return limits;
    }

    @Override
    public BlobStore blobs() {
        return blobs;
    }

    @Override
    public LayerStore layers() {
        return layers;
    }

    @Override
    public Origins origins() {
        return origins;
    }

    @Override
    public ImageNames names() {
        return names;
    }

    @Override
    public CacheRecords records() {
        return records;
    }

    @Override
    public Lease lease() throws JbuildException {
        Lease lease = workplace.lease();
        return () -> {
            records.flushUses();
            lease.close();
        };
    }

    @Override
    public void sync() throws JbuildException {
        workplace.durability().sync();
    }

    @Override
    public Collected collect(CollectionRequest request) throws JbuildException {
        return collector().collect(request);
    }

    @Override
    public List<Victim> victims(CollectionRequest request) throws JbuildException {
        return collector().plan(request);
    }

    private Collector collector() {
        records.flushUses();
        return new Collector(workplace, database, blobs, layers, names, records);
    }

    @Override
    public List<StoreUsage.Row> usage(Predicate<Path> ended) throws JbuildException {
        try {
            return StoreUsage.of(layout, names.list(), records.all(), layers.homes(), blobs, ended);
        } catch (IOException e) {
            throw StorageError.of("can't measure the store at " + layout.root(), e);
        }
    }

    @Override
    public List<CacheItem> cached() throws JbuildException {
        return collector().items();
    }

    @Override
    public CollectionJournal journal() {
        return new JournalTable(database);
    }

    @Override
    public StoreAudit audit() {
        return new StoreAudit(workplace, database, blobs, layers, names, records);
    }

    @Override
    public void close() {
        records.flushUses();
        database.close();
        workplace.close();
    }
}
