/** The shop's stores, deliveries and campaigns. Row counts are those of `shop-prod` at scale 1. */
import { association, entity, type Module } from './model.ts';

const FILE = 'System.FileDocument';

export const inventory: Module = {
  name: 'Inventory',
  entities: [
    entity('Warehouse', 'Code:string(10) Name:string(100) City:string(100)', 9),
    entity('StorageLocation', 'Aisle:string(10) Rack:string(10) Shelf:string(10) Capacity:integer', 5400),
    entity('StockLevel', 'Quantity:integer Reserved:integer Counted:time', 28_000),
    entity(
      'StockMovement',
      'Kind:Receipt|Issue|Transfer|Correction Quantity:integer Moved:time Reference:string(50) +owner',
      90_000,
      { indexes: [['Moved']] },
    ),
    entity('StockCount', 'Planned:time Status:Planned|Counting|Approved Remark:text', 260),
    entity('StockCountLine', 'Expected:integer Counted:integer', 11_000),
    entity(
      'PurchaseOrder',
      'Number:auto Ordered:time Status:Draft|Sent|Confirmed|Received Total:decimal +created +owner',
      5200,
    ),
    entity('PurchaseOrderLine', 'Quantity:integer UnitPrice:decimal Expected:time', 19_000),
    entity('GoodsReceipt', 'Received:time DeliveryNote:string(50) Complete:boolean', 4900),
    entity('ReorderRule', 'Minimum:integer Maximum:integer LeadTimeDays:integer', 8200),
    entity('Batch', 'Number:string(40) Produced:time BestBefore:time', 6400),
    entity('DamageReport', 'Description:text Quantity:integer +created +owner', 350),
  ],
  associations: [
    association('Inventory', 'StorageLocation_Warehouse', 'StorageLocation', 'Warehouse'),
    association('Inventory', 'StockLevel_StorageLocation', 'StockLevel', 'StorageLocation'),
    association('Inventory', 'StockLevel_Product', 'StockLevel', 'Catalog.Product'),
    association('Inventory', 'StockMovement_Product', 'StockMovement', 'Catalog.Product'),
    association('Inventory', 'StockMovement_From', 'StockMovement', 'StorageLocation'),
    association('Inventory', 'StockMovement_To', 'StockMovement', 'StorageLocation'),
    association('Inventory', 'StockCount_Warehouse', 'StockCount', 'Warehouse'),
    association('Inventory', 'StockCountLine_StockCount', 'StockCountLine', 'StockCount'),
    association('Inventory', 'PurchaseOrder_Supplier', 'PurchaseOrder', 'Catalog.Supplier'),
    association('Inventory', 'PurchaseOrderLine_PurchaseOrder', 'PurchaseOrderLine', 'PurchaseOrder'),
    association('Inventory', 'GoodsReceipt_PurchaseOrder', 'GoodsReceipt', 'PurchaseOrder'),
    association('Inventory', 'Batch_StorageLocations', 'Batch', 'StorageLocation', 'set'),
    association('Inventory', 'DamageReport_Batches', 'DamageReport', 'Batch', 'set'),
    association('Inventory', 'StockCount_CountedBy', 'StockCount', 'Administration.Account', 'set'),
  ],
};

export const shipping: Module = {
  name: 'Shipping',
  entities: [
    entity('Carrier', 'Name:string(100) Code:string(10) TrackingAddress:string(300) ApiToken:string(200)', 7),
    entity('CarrierService', 'Name:string(100) Days:integer Price:decimal', 31),
    entity(
      'Shipment',
      'Number:auto Created:time Dispatched:time Delivered:time Status:Planned|Packed|InTransit|Delivered|Lost TrackingCode:string(60) Weight:decimal',
      47_000,
      { indexes: [['TrackingCode']] },
    ),
    entity('Parcel', 'Length:integer Width:integer Height:integer Weight:decimal Barcode:string(60)', 55_000),
    entity('TrackingEvent', 'Time:time Location:string(100) Code:string(20) Description:string(200)', 60_000),
    entity('ShippingLabel', 'Format:string(10)', 0, { generalization: FILE }),
    entity('DeliveryRoute', 'Name:string(100) Day:time Stops:integer', 2600),
    entity('Driver', 'Name:string(100) Phone:string(30)', 45),
    entity('Vehicle', 'LicensePlate:string(12) Capacity:integer', 38),
    entity('CustomsDeclaration', 'Number:string(40) Country:string(2) Value:decimal', 3900),
    entity('DeliveryException', 'Reason:string(200) Reported:time Resolved:boolean', 1700),
  ],
  associations: [
    association('Shipping', 'CarrierService_Carrier', 'CarrierService', 'Carrier'),
    association('Shipping', 'Shipment_Order', 'Shipment', 'Sales.Order'),
    association('Shipping', 'Shipment_CarrierService', 'Shipment', 'CarrierService'),
    association('Shipping', 'Parcel_Shipment', 'Parcel', 'Shipment'),
    association('Shipping', 'TrackingEvent_Parcel', 'TrackingEvent', 'Parcel'),
    association('Shipping', 'ShippingLabel_Parcel', 'ShippingLabel', 'Parcel'),
    association('Shipping', 'DeliveryRoute_Driver', 'DeliveryRoute', 'Driver'),
    association('Shipping', 'DeliveryRoute_Vehicle', 'DeliveryRoute', 'Vehicle'),
    association('Shipping', 'DeliveryRoute_Shipments', 'DeliveryRoute', 'Shipment', 'set'),
    association('Shipping', 'CustomsDeclaration_Shipments', 'CustomsDeclaration', 'Shipment', 'set'),
    association('Shipping', 'DeliveryException_Shipment', 'DeliveryException', 'Shipment'),
  ],
};

export const marketing: Module = {
  name: 'Marketing',
  entities: [
    entity('Campaign', 'Name:string(200) Starts:time Ends:time Budget:decimal Status:Draft|Running|Finished', 160),
    entity('CampaignEmail', 'Subject:string(200) Body:text Sent:time', 420),
    entity('EmailDelivery', 'Address:string(200) Sent:time Opened:boolean Bounced:boolean', 70_000),
    entity('CustomerSegment', 'Name:string(100) Rule:text', 36),
    entity('Voucher', 'Code:string(30) Discount:decimal ValidUntil:time Used:boolean', 14_000),
    entity('NewsletterSubscription', 'Address:string(200) Confirmed:boolean Token:string(100) +created', 16_000),
    entity('Banner', 'Title:string(100) Text:text Link:string(300)', 75),
    entity('BannerImage', 'AltText:string(200)', 0, { generalization: 'System.Image' }),
    entity('Survey', 'Title:string(200) Closes:time', 22),
    entity('SurveyQuestion', 'Text:string(400) Sequence:integer', 190),
    entity('SurveyAnswer', 'Text:text Score:integer +created', 8800),
    entity('LoyaltyCard', 'Number:string(20) Points:integer Level:Bronze|Silver|Gold', 6100),
    entity('AdPlatformCampaign', 'Name:string(200) Clicks:long', 0, { remote: true }),
  ],
  associations: [
    association('Marketing', 'CampaignEmail_Campaign', 'CampaignEmail', 'Campaign'),
    association('Marketing', 'EmailDelivery_CampaignEmail', 'EmailDelivery', 'CampaignEmail'),
    association('Marketing', 'Voucher_Campaign', 'Voucher', 'Campaign'),
    association('Marketing', 'Banner_Campaign', 'Banner', 'Campaign'),
    association('Marketing', 'BannerImage_Banner', 'BannerImage', 'Banner'),
    association('Marketing', 'SurveyQuestion_Survey', 'SurveyQuestion', 'Survey'),
    association('Marketing', 'SurveyAnswer_SurveyQuestion', 'SurveyAnswer', 'SurveyQuestion'),
    association('Marketing', 'LoyaltyCard_Customer', 'LoyaltyCard', 'Sales.Customer'),
    association('Marketing', 'CustomerSegment_Customers', 'CustomerSegment', 'Sales.Customer', 'set'),
    association('Marketing', 'Campaign_Segments', 'Campaign', 'CustomerSegment', 'set'),
    // Its table name has 63 bytes, the longest that PostgreSQL keeps.
    association(
      'Marketing',
      'Campaign_CustomerSegmentsExcludedOnRequestOfCustomers',
      'Campaign',
      'CustomerSegment',
      'set',
    ),
  ],
};
