/** The shop's own modules: what it sells and to whom. Row counts are those of `shop-prod` at scale 1. */
import { association, entity, type Module } from './model.ts';

const FILE = 'System.FileDocument';
const IMAGE = 'System.Image';

export const administration: Module = {
  name: 'Administration',
  entities: [
    entity('Account', 'FullName:string(200) Email:string(200) IsLocalUser:boolean', 0, {
      generalization: 'System.User',
    }),
  ],
  associations: [],
};

export const sales: Module = {
  name: 'Sales',
  entities: [
    entity(
      'Customer',
      'Number:auto Name:string(200) Segment:Consumer|Business|Reseller CreditLimit:decimal Active:boolean Remark:text +created +changed +owner +changedBy',
      8000,
      { indexes: [['Name']] },
    ),
    entity(
      'CustomerAddress',
      'Street:string(200) HouseNumber:string(20) PostalCode:string(12) City:string(100) Country:string(2) Kind:Billing|Delivery',
      12_000,
    ),
    entity(
      'ContactPerson',
      'FirstName:string(100) LastName:string(100) EmailAddress:string(200) Phone:string(30)',
      9000,
    ),
    entity(
      'Order',
      'Number:auto Placed:time Status:Draft|Placed|Paid|Shipped|Delivered|Cancelled Total:decimal Currency:string(3) Reference:string(50) Remark:string(2000) +created +changed +owner +changedBy',
      60_000,
      { indexes: [['Placed'], ['Status', 'Placed']] },
    ),
    entity(
      'OrderLine',
      'Position:integer Quantity:integer UnitPrice:decimal Discount:decimal Total:decimal Description:string(400) DeliverBefore:time +created',
      200_000,
    ),
    entity('OrderNote', 'Text:text Internal:boolean +created +owner', 9000),
    entity('Quotation', 'Number:auto ValidUntil:time Status:Open|Accepted|Expired Total:decimal +created +owner', 4000),
    entity('QuotationLine', 'Quantity:integer UnitPrice:decimal Description:string(400)', 12_000),
    entity(
      'ReturnRequest',
      'Number:auto Reason:Damaged|Wrong|Late|Other Status:Open|Approved|Refused Remark:text +created',
      2500,
    ),
    entity('ReturnLine', 'Quantity:integer Condition:New|Used|Broken', 3100),
    entity('OrderDocument', 'Kind:Confirmation|PackingSlip|Contract', 0, { generalization: FILE }),
    entity('SalesAgent', 'AgentCode:string(20) CommissionRate:decimal', 0, {
      generalization: 'Administration.Account',
    }),
    entity('SalesRegion', 'Name:string(100) Code:string(10)', 24),
    entity('SalesTarget', 'Period:string(7) Amount:decimal', 480),
  ],
  associations: [
    association('Sales', 'CustomerAddress_Customer', 'CustomerAddress', 'Customer'),
    association('Sales', 'ContactPerson_Customer', 'ContactPerson', 'Customer'),
    association('Sales', 'Customer_SalesRegion', 'Customer', 'SalesRegion'),
    association('Sales', 'Order_Customer', 'Order', 'Customer'),
    association('Sales', 'OrderLine_Order', 'OrderLine', 'Order'),
    association('Sales', 'OrderLine_Product', 'OrderLine', 'Catalog.Product'),
    association('Sales', 'OrderNote_Order', 'OrderNote', 'Order'),
    association('Sales', 'Quotation_Customer', 'Quotation', 'Customer'),
    association('Sales', 'QuotationLine_Quotation', 'QuotationLine', 'Quotation'),
    association('Sales', 'ReturnRequest_Order', 'ReturnRequest', 'Order'),
    association('Sales', 'ReturnLine_ReturnRequest', 'ReturnLine', 'ReturnRequest'),
    association('Sales', 'OrderDocument_Order', 'OrderDocument', 'Order'),
    association('Sales', 'SalesTarget_SalesRegion', 'SalesTarget', 'SalesRegion'),
    association('Sales', 'SalesAgent_SalesRegions', 'SalesAgent', 'SalesRegion', 'set'),
    association('Sales', 'Quotation_ResultingOrders', 'Quotation', 'Order', 'set'),
  ],
};

export const catalog: Module = {
  name: 'Catalog',
  entities: [
    entity(
      'Product',
      'Code:string(40) Name:string(200) Description:text Price:decimal Weight:decimal Active:boolean AvailableFrom:time +created +changed +changedBy',
      9000,
      { indexes: [['Code'], ['Name']] },
    ),
    entity('ProductVariant', 'Code:string(40) Name:string(200) Colour:string(40) Size:string(20)', 26_000),
    entity('Category', 'Name:string(100) Path:string(400) Sequence:integer', 320),
    entity('Brand', 'Name:string(100) Website:string(300)', 180),
    entity('ProductImage', 'AltText:string(200) Sequence:integer', 0, { generalization: IMAGE }),
    entity('PriceList', 'Name:string(100) Currency:string(3) ValidFrom:time ValidUntil:time', 14),
    entity('PriceListItem', 'Price:decimal MinimumQuantity:integer', 36_000),
    entity('ProductProperty', 'Name:string(100) Value:string(400)', 42_000),
    entity('ProductReview', 'Rating:integer Title:string(200) Text:text Approved:boolean +created +owner', 6500),
    entity('Supplier', 'Name:string(200) Code:string(20) EmailAddress:string(200)', 90),
    entity('UnitOfMeasure', 'Code:string(10) Name:string(50)', 16),
    entity('TaxCategory', 'Name:string(50) Rate:decimal', 5),
    entity('ProductImport', 'FileName:string(300) Started:time Finished:time Errors:integer Log:text +owner', 400),
  ],
  associations: [
    association('Catalog', 'ProductVariant_Product', 'ProductVariant', 'Product'),
    association('Catalog', 'Category_Parent', 'Category', 'Category'),
    association('Catalog', 'Product_Brand', 'Product', 'Brand'),
    association('Catalog', 'Product_Supplier', 'Product', 'Supplier'),
    association('Catalog', 'Product_TaxCategory', 'Product', 'TaxCategory'),
    association('Catalog', 'ProductImage_Product', 'ProductImage', 'Product'),
    association('Catalog', 'PriceListItem_PriceList', 'PriceListItem', 'PriceList'),
    association('Catalog', 'PriceListItem_Product', 'PriceListItem', 'Product'),
    association('Catalog', 'ProductProperty_Product', 'ProductProperty', 'Product'),
    association('Catalog', 'ProductReview_Product', 'ProductReview', 'Product'),
    association('Catalog', 'Product_Categories', 'Product', 'Category', 'set'),
    association('Catalog', 'Product_RelatedProducts', 'Product', 'Product', 'set'),
    association('Catalog', 'Product_UnitsOfMeasure', 'Product', 'UnitOfMeasure', 'set'),
    association('Catalog', 'Brand_PreferredSuppliers', 'Brand', 'Supplier', 'set'),
  ],
};

export const billing: Module = {
  name: 'Billing',
  entities: [
    entity(
      'Invoice',
      'Number:auto Issued:time Due:time Total:decimal Tax:decimal Status:Open|Paid|Overdue|WrittenOff +created +changed',
      52_000,
      { indexes: [['Issued'], ['Status']] },
    ),
    entity('CreditNote', 'Reason:string(400)', 1800, { generalization: 'Billing.Invoice' }),
    entity('InvoiceLine', 'Description:string(400) Quantity:integer Amount:decimal TaxRate:decimal', 120_000),
    entity('InvoiceDocument', 'Template:string(100) Language:string(5)', 0, { generalization: FILE }),
    entity(
      'Payment',
      'Received:time Amount:decimal Method:Card|Transfer|DirectDebit|Voucher Reference:string(100)',
      48_000,
    ),
    entity('PaymentAttempt', 'Tried:time Result:Accepted|Refused|Error Response:text', 15_000),
    entity(
      'PaymentProvider',
      'Name:string(100) ApiAddress:string(300) ApiKey:string(200) Password:string(200) Enabled:boolean',
      4,
    ),
    entity('BankStatement', 'Number:auto StatementDate:time OpeningBalance:decimal ClosingBalance:decimal', 700),
    entity('BankStatementLine', 'Booked:time Amount:decimal Description:string(400) IBAN:string(34)', 21_000),
    entity('Reminder', 'Sent:time Level:integer Text:text', 5200),
    entity('LedgerAccount', 'Code:string(10) Name:string(100)', 140),
    entity('ExchangeRate', 'Currency:string(3) Day:time Rate:decimal', 3600),
  ],
  associations: [
    association('Billing', 'Invoice_Order', 'Invoice', 'Sales.Order'),
    association('Billing', 'InvoiceLine_Invoice', 'InvoiceLine', 'Invoice'),
    association('Billing', 'InvoiceLine_LedgerAccount', 'InvoiceLine', 'LedgerAccount'),
    association('Billing', 'InvoiceDocument_Invoice', 'InvoiceDocument', 'Invoice'),
    association('Billing', 'Payment_Invoice', 'Payment', 'Invoice'),
    association('Billing', 'PaymentAttempt_PaymentProvider', 'PaymentAttempt', 'PaymentProvider'),
    association('Billing', 'BankStatementLine_BankStatement', 'BankStatementLine', 'BankStatement'),
    association('Billing', 'BankStatementLine_Payments', 'BankStatementLine', 'Payment', 'set'),
    association('Billing', 'Reminder_Invoices', 'Reminder', 'Invoice', 'set'),
  ],
};
